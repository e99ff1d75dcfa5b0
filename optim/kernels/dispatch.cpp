#include "core/kernels/pick.h"
#include "optim/kernels/update.h"

namespace bertlet::optim {

BERTLET_PICK(UpdateKernels, updates)

}  // namespace bertlet::optim
