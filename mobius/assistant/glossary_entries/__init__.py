"""The glossary's entries, one module a subject. Each defines ENTRIES; `assistant.glossary` joins them."""
