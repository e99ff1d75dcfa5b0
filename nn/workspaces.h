#pragma once
#include <mutex>
#include <vector>

#include "core/array.h"

namespace bertlet {

// Scratch memory for the blocks of a parallel_for: as many pieces as threads may want at once, taken from the pool
// before the loop, so that what is taken does not depend on who runs which block.
class Workspaces {
 public:
  Workspaces(int64_t size, const char* who);

  // f(piece), which belongs to nobody else until f returns.
  template <class F>
  void lend(const F& f) {
    const Loan loan(*this);
    f(loan.piece);
  }

 private:
  struct Loan {
    explicit Loan(Workspaces& of) : owner(of), piece(of.take()) {}
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    ~Loan() { owner.give(piece); }
    Workspaces& owner;
    real* piece;
  };
  real* take();
  void give(real* piece);

  Array memory_;
  std::mutex mutex_;
  std::vector<real*> free_;
};

}  // namespace bertlet
