"""What a release holds many of, in tables: statements with their times, conflicts, sources, passages, findings.

Pages that show many things at once (a timeline, a network) ask these tables, so that no request walks through the data.

    building    writes them into a release
    asking      filters, pages, counts
"""
