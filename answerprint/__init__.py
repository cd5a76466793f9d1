"""Answerprint: seats held against contracts, reviews as agreed, on a signed trail."""
