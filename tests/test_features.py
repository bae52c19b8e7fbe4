"""Every feature file runs against the kernel in memory."""

from pytest_bdd import scenarios

scenarios("../features")
