#include "nn/attention/kernels.h"

#include "core/kernels/pick.h"
#include "nn/dense/kernels.h"
#include "nn/losses/kernels.h"
#include "nn/norm/dropout_kernels.h"
#include "nn/norm/layer_norm_kernels.h"
#include "nn/recurrent/kernels.h"
#include "nn/sequence/crf_kernels.h"
#include "nn/sequence/pooling_kernels.h"

namespace bertlet {

BERTLET_PICK(AttentionKernels, attention_kernels)
BERTLET_PICK(CrfKernels, crf_kernels)
BERTLET_PICK(DropoutKernels, dropout_kernels)
BERTLET_PICK(LayerNormKernels, layer_norm_kernels)
BERTLET_PICK(LinearKernels, linear_kernels)
BERTLET_PICK(LossKernels, loss_kernels)
BERTLET_PICK(PoolingKernels, pooling_kernels)
BERTLET_PICK(RecurrentKernels, recurrent_kernels)

}  // namespace bertlet
