"""Tables of looking after things: what is due, inspections, faults with their orders, parts."""
