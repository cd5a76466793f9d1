"""Tests in a real browser: the stories of those who use the pages, and what holds for every page that they see."""
