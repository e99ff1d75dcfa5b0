#pragma once
#include <utility>

namespace bertlet {

// A counted reference; `hold` and `let_go` say how it is counted.
template <class T, void (*hold)(T*), void (*let_go)(T*)>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* target) : target_(target) { hold_target(); }
  static Ref first(T* target) {  // of a new target, which is born with a count of 1
    Ref ref;
    ref.target_ = target;
    return ref;
  }
  Ref(const Ref& other) : target_(other.target_) { hold_target(); }
  Ref(Ref&& other) noexcept : target_(std::exchange(other.target_, nullptr)) {}
  Ref& operator=(const Ref& other) { return *this = Ref(other); }
  Ref& operator=(Ref&& other) noexcept {
    T* old = std::exchange(target_, std::exchange(other.target_, nullptr));
    if (old) let_go(old);
    return *this;
  }
  ~Ref() {
    if (target_) let_go(target_);
  }

  T* get() const { return target_; }
  T& operator*() const { return *target_; }
  T* operator->() const { return target_; }
  explicit operator bool() const { return target_ != nullptr; }

 private:
  void hold_target() {
    if (target_) hold(target_);
  }
  T* target_ = nullptr;
};

}  // namespace bertlet
