// Package engine is what all tasks of the cpu runner share, whatever computes them:
// memory that is planned before it is taken, operand sets that iterations rotate
// over, steps, the workers that do them, and the time an iteration takes.
//
// A builder allocates from an Arena and returns a Program: operands and steps. New
// makes a Task of it. The builder runs twice, first with an arena that only counts,
// so that the plan is made by the very code that builds and cannot drift from it.
package engine
