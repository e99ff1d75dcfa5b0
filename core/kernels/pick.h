#pragma once
#include "core/kernels/isa.h"

namespace bertlet {

template <class Table>
const Table& pick(const Table& v2, const Table& v3, const Table& v4) {
  return isa() >= Isa::v4 ? v4 : isa() == Isa::v3 ? v3 : v2;
}

}  // namespace bertlet

// Defines `const Table& name()`: of a kernel file's tables the one for the chosen instruction set.
#if defined(__x86_64__)
#define BERTLET_PICK(Table, name)                                       \
  extern const Table name##_v2, name##_v3, name##_v4;                   \
  const Table& name() {                                                 \
    static const Table& chosen = pick(name##_v2, name##_v3, name##_v4); \
    return chosen;                                                      \
  }
#else
#define BERTLET_PICK(Table, name) \
  extern const Table name##_v2;   \
  const Table& name() { return name##_v2; }
#endif
