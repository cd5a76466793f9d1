"""The bare app as a server loads it: the database's address comes from the environment."""

import os

from bench.bare import ADDRESS, Bare

app = Bare(os.environ[ADDRESS])
