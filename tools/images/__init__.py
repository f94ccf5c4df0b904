"""Container images: which there are, how they are built, what is measured of them. See docs/images.md."""
