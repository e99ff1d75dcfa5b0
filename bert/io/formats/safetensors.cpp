#include "bert/io/formats/safetensors.h"

#include <algorithm>
#include <cstring>

#include "bert/io/json/document.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

constexpr std::size_t length_bytes = 8;
constexpr std::size_t longest_header = 100'000'000;  // as the format has it

std::string_view header_of(const MappedFile& file) {
  require(file.size() >= length_bytes, "{}: got {} bytes, want a safetensors file", file.name(), file.size());
  std::uint64_t length;
  std::memcpy(&length, file.bytes().data(), length_bytes);
  require(length <= std::min(longest_header, file.size() - length_bytes),
          "{}: got a header of {} bytes in a file of {}, want a safetensors file", file.name(), length, file.size());
  const std::string_view header = file.text(length_bytes, length);
  require(header.starts_with('{'), "{}: the header does not begin with {{, want a safetensors file", file.name());
  return header;
}

NumberType type_of(const JsonPlace& place) {
  const auto types = number_types();
  const auto found = std::ranges::find(types, place.string(), &NumberTypeInfo::short_name);
  if (found == types.end()) place.refuse("F64, F32, F16, BF16 or a type of whole numbers");
  return found->type;
}

int64_t at_least_0(const JsonPlace& place) {
  const int64_t number = place.integer();
  if (number < 0) place.refuse("no negative number");
  return number;
}

Shape shape_of(const JsonPlace& place) {
  std::vector<int64_t> axes;
  if (!place.is_array() || place.size() > Shape::max_rank)
    place.refuse(fmt::format("a list of at most {} lengths", Shape::max_rank));
  for (std::size_t i = 0; i < place.size(); ++i) axes.push_back(at_least_0(place[i]));
  return Shape(axes);
}

// Where a tensor's numbers are, counted from the end of the header.
struct Extent {
  std::size_t begin, end;
};

Extent extent_of(const JsonPlace& place) {
  if (!place.is_array() || place.size() != 2) place.refuse("a list of begin and end");
  return {to_size(at_least_0(place[std::size_t{0}])), to_size(at_least_0(place[std::size_t{1}]))};
}

StoredTensor tensor_of(const std::string& name, const JsonPlace& place, const std::shared_ptr<const MappedFile>& file,
                       std::size_t numbers_begin) {
  const NumberType type = type_of(place["dtype"]);
  const Shape shape = shape_of(place["shape"]);
  const Extent extent = extent_of(place["data_offsets"]);
  const std::size_t available = file->size() - numbers_begin, width = info(type).bytes;
  const bool fits = extent.begin <= extent.end && extent.end <= available &&
                    to_size(shape.count()) <= available / width &&
                    to_size(shape.count()) * width == extent.end - extent.begin;
  require(fits, "{}: {}: got bytes {} … {} of {} for {} of {} bytes each", file->name(), name, extent.begin, extent.end,
          available, shape, width);
  return {name, type, shape, file, numbers_begin + extent.begin};
}

// Nothing between two tensors, nothing after the last, no byte in two of them.
void check_gapless(const std::vector<StoredTensor>& tensors, const MappedFile& file, std::size_t numbers_begin) {
  std::size_t end = numbers_begin;
  for (const StoredTensor& tensor : tensors) {
    require(tensor.offset == end, "{}: {}: begins at byte {}, want {}, where the one before ends", file.name(),
            tensor.name, tensor.offset - numbers_begin, end - numbers_begin);
    end += tensor.bytes();
  }
  require(end == file.size(), "{}: {} bytes are in no tensor", file.name(), file.size() - end);
}

}  // namespace

Safetensors read_safetensors(const std::shared_ptr<const MappedFile>& file) {
  const std::string_view header = header_of(*file);
  const std::size_t numbers_begin = length_bytes + header.size();
  const JsonDocument document = parse_json(header, file->name(), Repeats::refused);
  Safetensors result;
  for (const std::string& name : document.root().keys()) {
    const JsonPlace place = document.root()[name];
    if (name != "__metadata__")
      result.tensors.push_back(tensor_of(name, place, file, numbers_begin));
    else
      for (const std::string& key : place.keys()) result.metadata[key] = place[key].string();
  }
  std::ranges::sort(result.tensors, {}, [](const StoredTensor& t) { return std::pair(t.offset, t.bytes()); });
  check_gapless(result.tensors, *file, numbers_begin);
  return result;
}

Safetensors read_safetensors(const std::filesystem::path& path) {
  return read_safetensors(std::make_shared<const MappedFile>(path));
}

}  // namespace bertlet::io
