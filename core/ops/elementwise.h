#pragma once
#include "core/autograd.h"
#include "core/kernels/arithmetic.h"
#include "core/kernels/functions.h"

namespace bertlet {

// Kernels over whole arrays, on all threads: what the element-wise operations are made of.

constexpr int64_t elements_per_block = 1 << 14;

Array map(const char* operation, UnaryKernel f, const Array& x);
Array scaled(const char* operation, real alpha, const Array& x);
Array combine(const char* operation, BinaryKernel f, const Array& a, const Array& b);  // broadcasting

// dx <- β dx + dy f'(saved); dy is on its last use.
void map_grad(UnaryGradKernel f, Array dy, const Array& saved, Into dx);

// g <- β g + dy ∂f, summed over what broadcasting repeated. On its last use dy is moved in.
void combine_grad(const char* operation, BinaryGradKernel f, const Array& dy, const Array& a, const Array& b, Into g);
void combine_grad(const char* operation, BinaryGradKernel f, Array&& dy, const Array& a, const Array& b, Into g);

// g <- β g + alpha dy, in the same way.
void pass_on(const char* operation, real alpha, const Array& dy, Into g);
void pass_on(const char* operation, real alpha, Array&& dy, Into g);

}  // namespace bertlet
