"""Trains the classifiers from labelled phrases; needs scikit-learn, which the robot does not."""
