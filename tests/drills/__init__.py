"""Drills: the trail under many writers at once, and under a process that is killed."""
