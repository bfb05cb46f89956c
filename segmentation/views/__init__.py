"""Pages of segmentation."""
