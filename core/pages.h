#pragma once
#include <cstddef>
#include <memory>

namespace bertlet {

// Memory straight from the system, which makes a page when it is first touched: what nobody touches costs nothing.
class Pages {
 public:
  enum class Access { read, write };  // what is written into a file's pages stays here, and the file as it is

  // None where the system refuses.
  static std::shared_ptr<Pages> of_zeros(std::size_t bytes);
  static std::shared_ptr<Pages> of_file(int descriptor, std::size_t offset, std::size_t bytes, Access access);

  Pages(std::byte* mapped, std::size_t mapped_bytes, std::size_t skipped)
      : mapped_(mapped), mapped_bytes_(mapped_bytes), skipped_(skipped) {}
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages();

  std::byte* data() const { return mapped_ + skipped_; }

 private:
  std::byte* mapped_;
  std::size_t mapped_bytes_, skipped_;  // a mapping begins at a page, what is wanted of it perhaps later
};

}  // namespace bertlet
