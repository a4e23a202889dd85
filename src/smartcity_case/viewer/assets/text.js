// text: to come.
