-- Runs once, when the volume is empty. The database of the gateway itself is POSTGRES_DB.
CREATE DATABASE temporal;
CREATE DATABASE temporal_visibility;
