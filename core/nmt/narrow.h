/* core/nmt/narrow.h - weights made fit for instructions that add products of bytes in 16 bits (pmaddubsw), without loss.
 *
 * Inputs are 0..254 (0..127 behind a relu). As long as the positive weights that meet in one 16-bit sum add up to at most
 * 129 (258), and the negative ones too, no input can make it saturate. Of the few sums above that, the excess is taken out
 * of the largest weight and kept in a list beside the matrix, which the product adds in 32 bits: the result is exact for
 * every input. Two weights meet in a sum, or, where the matrix allows it, four, which saves half of the widening. */
#ifndef NMT_NARROW_H
#define NMT_NARROW_H

#include "core/nmt/kernel.h"

enum { NARROW_MOST = 256 }; /* of so many weights at most one may spill, or the list would cost more than it saves */

/* How many weights of m spill when read in this form; SIZE_MAX as soon as they are more than most. */
size_t narrow_count(const struct nmt_matrix *m, enum nmt_form form, size_t most);

/* Takes the excess out of w, which is m->w, into spills [narrow_count] and notes in at [m->padded / 16 + 1] where each
 * group of sixteen columns begins. */
void narrow(const struct nmt_matrix *m, enum nmt_form form, int8_t *w, struct nmt_spill *spills, uint32_t *at);

#endif
