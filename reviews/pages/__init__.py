"""The pages of reviews for people of the house."""
