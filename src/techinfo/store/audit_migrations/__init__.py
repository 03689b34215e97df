"""How older audit logs become newer ones: one Alembic revision for every version from 2 on."""
