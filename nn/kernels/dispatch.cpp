#include "core/kernels/pick.h"
#include "nn/kernels/attention.h"
#include "nn/kernels/crf.h"
#include "nn/kernels/dropout.h"
#include "nn/kernels/layer_norm.h"
#include "nn/kernels/linear.h"
#include "nn/kernels/losses.h"
#include "nn/kernels/packed.h"
#include "nn/kernels/pooling.h"
#include "nn/kernels/recurrent.h"

namespace bertlet {

BERTLET_PICK(AttentionKernels, attention_kernels)
BERTLET_PICK(CrfKernels, crf_kernels)
BERTLET_PICK(DropoutKernels, dropout_kernels)
BERTLET_PICK(LayerNormKernels, layer_norm_kernels)
BERTLET_PICK(LinearKernels, linear_kernels)
BERTLET_PICK(LossKernels, loss_kernels)
BERTLET_PICK(PackedKernels, packed_kernels)
BERTLET_PICK(PoolingKernels, pooling_kernels)
BERTLET_PICK(RecurrentKernels, recurrent_kernels)

}  // namespace bertlet
