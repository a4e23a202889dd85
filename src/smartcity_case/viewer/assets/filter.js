// filter: to come.
