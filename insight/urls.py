"""Addresses of insight."""

from django.urls import path

from insight.views.vendor import categories, design, matrices, matrix_cells, segments

# under /vendor/
vendor = [
    path("insight/categories/", categories.category_performance_list, name="category-performance-list"),
    path("insight/categories/<uuid:public_id>/", categories.category_performance, name="category-performance"),
    path("insight/design/", design.design, name="design"),
    path("insight/design/refresh/", design.design_refresh, name="design-refresh"),
    path("insight/design/<uuid:finding_id>/aside/", design.finding_aside, name="finding-aside"),
    path("insight/design/<uuid:finding_id>/take-up/", design.finding_take_up, name="finding-take-up"),
    path("matrices/", matrices.matrix_list, name="matrix-list"),
    path("matrices/new/", matrices.matrix_create, name="matrix-create"),
    path("matrices/<uuid:matrix_id>/", matrices.matrix_detail, name="matrix-detail"),
    path("matrices/<uuid:matrix_id>/edit/", matrices.matrix_edit, name="matrix-edit"),
    path("matrices/<uuid:matrix_id>/cells/", matrices.matrix_cells_edit, name="matrix-cells-edit"),
    path("matrices/<uuid:matrix_id>/marks/", matrices.matrix_marks_save, name="matrix-marks-save"),
    path("matrices/<uuid:matrix_id>/remove/", matrices.matrix_remove, name="matrix-remove"),
    path("matrices/<uuid:matrix_id>/unplaced/", matrix_cells.matrix_unplaced, name="matrix-unplaced"),
    path("matrices/<uuid:matrix_id>/export/", matrices.matrix_export, name="matrix-export"),
    path("matrices/<uuid:matrix_id>/picture/", matrices.matrix_picture, name="matrix-picture"),
    path("matrices/cells/<uuid:matrix_cell_id>/", matrix_cells.matrix_cell_detail, name="matrix-cell-detail"),
    path("matrices/cells/<uuid:matrix_cell_id>/give/", matrix_cells.matrix_cell_give, name="matrix-cell-give"),
    path("matrices/cells/<uuid:matrix_cell_id>/segment/", matrix_cells.matrix_cell_segment, name="matrix-cell-segment"),
    path("segments/<uuid:segment_id>/insight/", segments.segment_insight, name="segment-insight"),
    path("segments/<uuid:segment_id>/insight/plays/", segments.segment_results_panel, name="segment-results-panel"),
]
