"""What is printed: cards, posters, rosters, shelf labels, lists for signature, the passbook.

Layout only. Each module takes plain values, already in the reader's language, and answers with the bytes of a PDF; it
knows of no request, no database and no rule of the business. Measures are points (1/72 inch) from the lower left
corner of the page, and `mm` where a ruler will be laid on the paper.
"""
