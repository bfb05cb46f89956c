"""What names in addresses stand for: matrices that are kept, and their cells."""

from tests.architecture.subjects import shared, subject
from tests.architecture.world import Variants, World
from tests.factories import insight


@subject("matrix")
def matrix(world: World) -> Variants:
    """A matrix that colleagues share; whom it shows is asked of the partners."""
    return shared(insight.MatrixFactory())


@subject("matrix_cell")
def matrix_cell(world: World) -> Variants:
    """A cell of it."""
    return shared(insight.MatrixCellFactory(matrix=world.things("matrix", matrix).own.record))
