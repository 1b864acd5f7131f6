"""The listening room: a call's recording with a picture of who said what and when."""
