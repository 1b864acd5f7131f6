"""Models and voices that are downloaded: the catalogue, the download, the store on disk."""
