// list: to come.
