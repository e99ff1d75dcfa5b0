#include "core/kernels/pick.h"
#include "nn/kernels/dropout.h"
#include "nn/kernels/layer_norm.h"
#include "nn/kernels/linear.h"

namespace bertlet {

BERTLET_PICK(DropoutKernels, dropout_kernels)
BERTLET_PICK(LayerNormKernels, layer_norm_kernels)
BERTLET_PICK(LinearKernels, linear_kernels)

}  // namespace bertlet
