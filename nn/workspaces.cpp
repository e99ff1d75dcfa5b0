#include "nn/workspaces.h"

#include "core/parallel.h"

namespace bertlet {

namespace {
constexpr int64_t line = 64 / sizeof(real);
}

Workspaces::Workspaces(int64_t size, const char* who) {
  const int64_t lines = (size + line - 1) / line, pieces = threads();
  memory_ = Array({pieces, lines * line}, who);
  for (int64_t i = 0; i < pieces; ++i) free_.push_back(memory_.data() + i * lines * line);
}

real* Workspaces::take() {
  const std::lock_guard lock(mutex_);
  real* piece = free_.back();
  free_.pop_back();
  return piece;
}

void Workspaces::give(real* piece) {
  const std::lock_guard lock(mutex_);
  free_.push_back(piece);
}

}  // namespace bertlet
