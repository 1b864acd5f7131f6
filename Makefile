help:
	@echo "make setup | demo | test"
setup:
	scripts/setup
