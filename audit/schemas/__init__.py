"""What the trail's API takes and answers with."""
