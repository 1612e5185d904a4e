/* core/nmt/kernel_arm.h - what both kernels for 64-bit Arm have of vectors of floats. A part of a kernel file, included once, behind
 * that file's target pragmas: it makes static functions. */
#include <arm_neon.h>

#define VW 4
#define VF_OWN
static inline float32x4_t vf_min(float32x4_t a, float32x4_t b) {
    return vbslq_f32(vcltq_f32(a, b), a, b); /* as in plain C where one is not a number, unlike vminq_f32 */
}
static inline float32x4_t vf_max(float32x4_t a, float32x4_t b) {
    return vbslq_f32(vcgtq_f32(a, b), a, b);
}
static inline bool vf_any_above(float32x4_t a, float32x4_t b) {
    return vmaxvq_u32(vcgtq_f32(a, b)) != 0;
}
#include "core/nmt/kernel_float.h"
