"""The drill: attack a copy of the trail in every way we know, and say what caught each attack."""
