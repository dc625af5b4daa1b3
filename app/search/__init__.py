"""Finding videos by what is written about them: a tantivy index that can always be made anew from the database."""
