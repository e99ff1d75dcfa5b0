#pragma once
#include <memory>
#include <string>
#include <vector>

#include "bert/io/files/mapped_file.h"
#include "bert/io/formats/number_type.h"
#include "core/array.h"

namespace bertlet::io {

// A tensor as it lies in a file of whatever form. All of it is within the file: readers have seen to that.
struct StoredTensor {
  std::string name;
  NumberType type;
  Shape shape;
  std::shared_ptr<const MappedFile> file;
  std::size_t offset;                 // where its first number is
  std::vector<int64_t> strides = {};  // in numbers, of each axis; none: row after row
  std::shared_ptr<const StoredTensor> scales = {};  // [rows, 1], by which the numbers of a row are multiplied

  std::size_t bytes() const { return to_size(shape.count()) * info(type).bytes; }
  const std::byte* data() const { return file->bytes().data() + offset; }

  std::vector<std::byte> in_rows() const;  // a copy of its bytes, row after row, where it has strides

  // The file's own pages, which may be written and belong to this Array alone, where numbers there are as `real` is;
  // else a copy. Scales are in it.
  Array array() const;
  Array finite_array() const;  // the same; numbers that are not finite are an error
};

}  // namespace bertlet::io
