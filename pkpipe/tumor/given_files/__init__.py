"""The files of `pkpipe recist` and `pkpipe tte`: their columns, how they are read and refused."""
