"""How older files of tickets become newer ones: one Alembic revision for every version from 2."""
