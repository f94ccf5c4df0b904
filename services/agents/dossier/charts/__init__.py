"""Charts as SVG, drawn by small pure code: numbers in, a picture with its words out. No library, no script."""
