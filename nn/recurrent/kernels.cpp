#include "nn/recurrent/kernels.h"

#include "core/kernels/isa.h"
#include "core/kernels/math.h"

namespace bertlet {
namespace {

// c = f c' + i g and h = o tanh c
void lstm(real* gates, const real* bias, const real* cell_before, real* cell, real* hidden, int64_t h) {
  real *in = gates, *forget = gates + h, *fresh = gates + 2 * h, *out = gates + 3 * h;
  each(h, [=](int64_t j) {
    in[j] = sigmoid(in[j] + bias[j]);
    forget[j] = sigmoid(forget[j] + bias[h + j]);
    fresh[j] = tanh(fresh[j] + bias[2 * h + j]);
    out[j] = sigmoid(out[j] + bias[3 * h + j]);
    cell[j] = forget[j] * cell_before[j] + in[j] * fresh[j];
    hidden[j] = out[j] * tanh(cell[j]);
  });
}

void lstm_grad(const real* dy, const real* cell_before, const real* cell, real* gates, real* dhidden, real* dcell,
               int64_t h) {
  real *in = gates, *forget = gates + h, *fresh = gates + 2 * h, *out = gates + 3 * h;
  each(h, [=](int64_t j) {
    const real i = in[j], f = forget[j], g = fresh[j], o = out[j], t = tanh(cell[j]);
    const real dh = dy[j] + dhidden[j], dc = dcell[j] + dh * o * (1 - t * t);
    in[j] = dc * g * i * (1 - i);
    forget[j] = dc * cell_before[j] * f * (1 - f);
    fresh[j] = dc * i * (1 - g * g);
    out[j] = dh * t * o * (1 - o);
    dhidden[j] = 0;
    dcell[j] = dc * f;
  });
}

// n = tanh(x's part + r q) and h = (1 − z) n + z h'
void gru(real* gates, const real* recurrent, const real* bias_ih, const real* bias_hh, const real* hidden_before,
         real* hidden, int64_t h) {
  real *reset = gates, *update = gates + h, *fresh = gates + 2 * h, *from_hidden = gates + 3 * h;
  each(h, [=](int64_t j) {
    const real r = sigmoid(reset[j] + bias_ih[j] + (recurrent[j] + bias_hh[j]));
    const real z = sigmoid(update[j] + bias_ih[h + j] + (recurrent[h + j] + bias_hh[h + j]));
    const real q = recurrent[2 * h + j] + bias_hh[2 * h + j];
    const real n = tanh(fresh[j] + bias_ih[2 * h + j] + r * q);
    reset[j] = r;
    update[j] = z;
    fresh[j] = n;
    from_hidden[j] = q;
    hidden[j] = n + z * (hidden_before[j] - n);
  });
}

void gru_grad(const real* dy, const real* hidden_before, real* gates, real* recurrent, real* dhidden, int64_t h) {
  real *reset = gates, *update = gates + h, *fresh = gates + 2 * h, *from_hidden = gates + 3 * h;
  each(h, [=](int64_t j) {
    const real r = reset[j], z = update[j], n = fresh[j], q = from_hidden[j];
    const real dh = dy[j] + dhidden[j], dn = dh * (1 - z) * (1 - n * n);
    reset[j] = recurrent[j] = dn * q * r * (1 - r);
    update[j] = recurrent[h + j] = dh * (hidden_before[j] - n) * z * (1 - z);
    fresh[j] = dn;
    from_hidden[j] = recurrent[2 * h + j] = dn * r;
    dhidden[j] = dh * z;
  });
}

}  // namespace

extern const RecurrentKernels BERTLET_TABLE(recurrent_kernels);
const RecurrentKernels BERTLET_TABLE(recurrent_kernels){
    .lstm = lstm, .lstm_grad = lstm_grad, .gru = gru, .gru_grad = gru_grad};

}  // namespace bertlet
