#include "bert/io/formats/npz_writer.h"

#include <cstdint>

#include "bert/io/files/crc32.h"
#include "bert/io/files/file.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

std::string_view bytes_of(const Array& array) {
  return {reinterpret_cast<const char*>(array.data()), to_size(array.size()) * sizeof(real)};
}

// What stands before the numbers of a .npy: their type and shape, filled up to 64 bytes.
std::string npy_header(const Shape& shape) {
  std::string axes;
  for (const int64_t axis : shape) axes += fmt::format("{},", axis);
  std::string header = fmt::format("{{'descr': '<f{}', 'fortran_order': False, 'shape': ({}), }}", sizeof(real), axes);
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string to("\x93NUMPY\x01\x00", 8);
  to += static_cast<char>(header.size() & 0xFF);
  to += static_cast<char>(header.size() >> 8);
  return to + header;
}

class Zip {
 public:
  explicit Zip(FileWriter& file) : file_(file) {}

  void add(const std::string& name, const Array& array) {
    const std::string head = npy_header(array.shape());
    const std::string_view numbers = bytes_of(array);
    Crc32 crc;
    crc.add(head);
    crc.add(numbers);
    const std::string facts = facts_of(crc.value(), head.size() + numbers.size(), name.size() + 4);
    const std::size_t begin = written_;
    write("PK\x03\x04" + facts + name + ".npy");
    write(head);
    write(numbers);
    directory_ += "PK\x01\x02" + little(20, 2) + facts + little(0, 10) + little(begin, 4) + name + ".npy";
    ++count_;
  }

  void end() {
    const std::size_t begin = written_, size = directory_.size();
    write(directory_);
    write("PK\x05\x06" + little(0, 4) + little(count_, 2) + little(count_, 2) + little(size, 4) + little(begin, 4) +
          little(0, 2));
  }

 private:
  static std::string little(std::uint64_t value, int bytes) {
    std::string to;
    for (int i = 0; i < bytes; ++i, value >>= 8) to += static_cast<char>(value & 0xFF);
    return to;
  }

  // Version, flags, no compression, the first of January 1980, sum, sizes, length of the name, of what is extra.
  static std::string facts_of(std::uint32_t crc, std::size_t size, std::size_t name) {
    return little(20, 2) + little(0, 2) + little(0, 2) + little(0, 2) + little(33, 2) + little(crc, 4) +
           little(size, 4) + little(size, 4) + little(name, 2) + little(0, 2);
  }

  void write(std::string_view bytes) {
    file_.write(bytes);
    written_ += bytes.size();
  }

  FileWriter& file_;
  std::string directory_ = {};
  std::size_t written_ = 0, count_ = 0;
};

}  // namespace

void write_npz(const std::filesystem::path& path, const std::vector<std::pair<std::string, Array>>& arrays) {
  std::size_t bytes = 0;
  for (const auto& [name, array] : arrays) bytes += bytes_of(array).size() + 4096;
  require(bytes < std::size_t{1} << 32 && arrays.size() < 65536, "{}: got {} bytes in {} arrays, want less than 4 GB",
          path.string(), bytes, arrays.size());
  FileWriter file(path);
  Zip zip(file);
  for (const auto& [name, array] : arrays) zip.add(name, array);
  zip.end();
  file.commit();
}

}  // namespace bertlet::io
