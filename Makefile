# The commands of the project.  `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test lint bench model classifier lock clean

bin := .venv/bin
MINUTES ?= 180
MODEL_OPTIONS ?=

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## make .venv and fetch the voices (twice does no harm)
	@scripts/setup

setup-dev:  ## the same and what the tests need
	@scripts/setup --dev

demo: setup  ## a whole campaign with simulated patients over real SIP, on this machine
	@$(bin)/zvonar demo

test: lint  ## set up, check the code, pass the tests
	@$(bin)/python -m pytest

lint: setup-dev  ## ruff and mypy
	@$(bin)/ruff check .
	@$(bin)/ruff format --check --quiet .
	@$(bin)/mypy

bench: setup  ## what a call costs and how fast the robot answers
	@$(bin)/python -m bench.call_cost
	@$(bin)/python -m bench.answer_delay

model: setup-dev  ## train the embedded Russian recognition model from nothing (MINUTES=180)
	@scripts/debian-package espeak-ng "a voice to train on"
	@scripts/debian-package festival "a voice to train on"
	@scripts/debian-package festvox-ru "a voice to train on"
	@scripts/debian-package libfst-tools "builds the decoding graph"
	@scripts/debian-package libfst22-plugins-base "builds the decoding graph"
	@scripts/setup-voices --measuring
	@$(bin)/python -m asr.training --minutes $(MINUTES) $(MODEL_OPTIONS)

classifier: setup-dev  ## learn anew what labelled phrases mean (2 minutes)
	@$(bin)/python -m scenarios.understanding.training

lock: setup-dev  ## write the lock files anew from pyproject.toml
	@scripts/lock

clean:  ## remove what was set up and what the tools left behind; campaigns' data stays
	@rm -rf .venv .local build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
