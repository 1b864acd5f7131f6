"""Configuration, wiring, command line: the only package that imports everything."""
