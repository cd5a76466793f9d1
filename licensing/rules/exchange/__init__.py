"""Lots as others write them down: tables, licence files and CycloneDX come in; CycloneDX and ISO 19770-3 go out."""
