"""The register import: official files in, schools and groups out.

``reading`` opens a file and cuts it into records, ``layouts`` says which official file it is and where each column goes,
``checks`` turns bad records away, ``merging`` writes what differs, and ``pairs`` does both for ``links`` and ``membership``.
``bounds`` says when a second person has to look first, ``memory`` what is kept of a file for the next one. ``bodies`` derives who
answers for whom, ``news`` tells what people must know of it, and ``run`` does one file from lock to report.
``schools.register.run.import_files`` is the way in.
"""
