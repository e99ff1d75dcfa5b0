#include "core/kernels/pick.h"

namespace bertlet {}  // namespace bertlet
