#pragma once
#include "core/real.h"

namespace bertlet {

// One sequence at one step; h is the hidden size.
struct RecurrentKernels {
  // gates [4 h] come as the products that enter and become i, f, g, o; then cell and hidden state
  void (*lstm)(real* gates, const real* bias, const real* cell_before, real* cell, real* hidden, int64_t h);
  // gates become their gradients; dhidden, what later steps want of this hidden state, becomes 0; dcell becomes what
  // the step before is to get
  void (*lstm_grad)(const real* dy, const real* cell_before, const real* cell, real* gates, real* dhidden, real* dcell,
                    int64_t h);

  // gates [4 h] come as what the input gives to r, z, n and become r, z, n, q, where q is the hidden state's part of n;
  // recurrent [3 h] is what the hidden state gives
  void (*gru)(real* gates, const real* recurrent, const real* bias_ih, const real* bias_hh, const real* hidden_before,
              real* hidden, int64_t h);
  // gates become their gradients, those of r, z, q once more in `recurrent`; dhidden becomes what the step before gets
  // beside the product of `recurrent` with the weights
  void (*gru_grad)(const real* dy, const real* hidden_before, real* gates, real* recurrent, real* dhidden, int64_t h);
};

const RecurrentKernels& recurrent_kernels();  // for the chosen instruction set

}  // namespace bertlet
