"""Gherkin as an adapter: phrases become pytest-bdd steps, feature files run against a driver."""
