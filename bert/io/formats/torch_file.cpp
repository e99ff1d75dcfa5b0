#include "bert/io/formats/torch_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include "bert/io/formats/pickle.h"
#include "bert/io/formats/zip.h"
#include "core/names.h"
#include "core/parallel.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

using Kind = PickleValue::Kind;
using namespace std::string_view_literals;

constexpr std::string_view zip_magic = "PK\x03\x04";
constexpr std::string_view legacy_magic =
    "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."sv;  // a pickled number

struct StorageType {
  std::string_view name;
  NumberType type;
};
constexpr std::array storage_types = {
    StorageType{"torch.DoubleStorage", NumberType::f64}, StorageType{"torch.FloatStorage", NumberType::f32},
    StorageType{"torch.HalfStorage", NumberType::f16},   StorageType{"torch.BFloat16Storage", NumberType::bf16},
    StorageType{"torch.LongStorage", NumberType::i64},   StorageType{"torch.IntStorage", NumberType::i32},
    StorageType{"torch.ShortStorage", NumberType::i16},  StorageType{"torch.CharStorage", NumberType::i8},
    StorageType{"torch.ByteStorage", NumberType::u8},    StorageType{"torch.BoolStorage", NumberType::boolean}};

bool allowed(std::string_view name) {
  constexpr std::array others = {"collections.OrderedDict"sv, "torch._utils._rebuild_tensor"sv,
                                 "torch._utils._rebuild_tensor_v2"sv, "torch._utils._rebuild_parameter"sv};
  return std::ranges::find(others, name) != others.end() ||
         std::ranges::find(storage_types, name, &StorageType::name) != storage_types.end();
}

// Tensors are views of storages, several perhaps of one.
struct Storage {
  NumberType type;
  std::string key;
  int64_t count;  // of numbers
};

struct Archive {
  std::shared_ptr<const MappedFile> file;
  std::map<std::string, ZipEntry> storages;  // by key
};

template <class... Args>
void want(bool condition, const Archive& archive, const std::string& name, fmt::format_string<const Args&...> message,
          const Args&... args) {
  if (!condition) throw Error(fmt::format("{}: {}: {}", archive.file->name(), name, fmt::format(message, args...)));
}

// --- tensors -------------------------------------------------------------------------------------------------------

// ('storage', torch.FloatStorage, '0', 'cpu', 16), in the old form with None at the end
Storage storage_of(const PickleValue& value, const Archive& archive, const std::string& name) {
  const bool keyed = value.is(Kind::outside) && value.items[0]->is(Kind::tuple) && value.items[0]->items.size() >= 5;
  want(keyed, archive, name, "got no storage, want one that the tensor is a view of");
  const auto& parts = value.items[0]->items;
  const auto type = std::ranges::find(storage_types, parts[1]->text, &StorageType::name);
  want(type != storage_types.end() && parts[2]->is(Kind::string) && parts[4]->is(Kind::integer), archive, name,
       "got a storage without type, key or size");
  want(parts.size() == 5 || parts[5]->is(Kind::none), archive, name,
       "got a storage that is part of another, want one of its own");
  return {type->type, parts[2]->text, parts[4]->integer};
}

std::vector<int64_t> integers_of(const PickleValue& value, const Archive& archive, const std::string& name) {
  std::vector<int64_t> numbers;
  const bool few = value.is(Kind::tuple) && value.items.size() <= Shape::max_rank;
  want(few, archive, name, "got no sizes, want at most {}", Shape::max_rank);
  for (const PickleValue* item : value.items) {
    want(item->is(Kind::integer) && item->integer >= 0, archive, name, "got a size that is no number from 0 on");
    numbers.push_back(item->integer);
  }
  return numbers;
}

// The last number's place, as far as it matters: `most` stands for all that is beyond.
int64_t last_place(const Shape& shape, const std::vector<int64_t>& strides, int64_t first, int64_t most) {
  int64_t last = std::min(first, most);
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const int64_t steps = shape[axis] - 1, stride = strides[to_size(axis)];
    if (steps > 0 && stride > (most - last) / steps) return most;
    last += steps * stride;
  }
  return last;
}

bool row_after_row(const Shape& shape, const std::vector<int64_t>& strides) {
  int64_t expected = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    if (shape[axis] != 1 && strides[to_size(axis)] != expected) return false;
    expected *= shape[axis];
  }
  return true;
}

// _rebuild_tensor_v2(storage, first number, sizes, strides, …)
StoredTensor rebuilt(const std::vector<const PickleValue*>& arguments, const Archive& archive,
                     const std::string& name) {
  const bool enough = arguments.size() >= 4 && arguments[1]->is(Kind::integer) && arguments[1]->integer >= 0;
  want(enough, archive, name, "got a tensor without a place in its storage");
  const Storage storage = storage_of(*arguments[0], archive, name);
  const auto place = archive.storages.find(storage.key);
  want(place != archive.storages.end(), archive, name, "its storage '{}' is not in the file", storage.key);
  const std::size_t width = info(storage.type).bytes;
  want(storage.count >= 0 && to_size(storage.count) <= place->second.size / width, archive, name,
       "got a storage of {} numbers in {} bytes", storage.count, place->second.size);
  const int64_t first = arguments[1]->integer;
  const Shape shape(integers_of(*arguments[2], archive, name));
  std::vector<int64_t> strides = integers_of(*arguments[3], archive, name);
  want(static_cast<int>(strides.size()) == shape.rank(), archive, name, "got {} strides for {}", strides.size(), shape);
  const bool within = shape.count() == 0 || (shape.count() <= storage.count &&
                                             last_place(shape, strides, first, storage.count) < storage.count);
  want(within, archive, name, "got {} from number {} of a storage of {}", shape, first, storage.count);
  if (shape.count() == 0 || row_after_row(shape, strides)) strides.clear();
  const std::size_t offset = shape.count() == 0 ? 0 : place->second.offset + to_size(first) * width;
  return {name, storage.type, shape, archive.file, offset, std::move(strides)};
}

bool is_call(const PickleValue& value, std::string_view name) {
  return value.is(Kind::call) && value.items[0]->names(name);
}

// The call that makes a tensor; none if it is not one. A parameter is a tensor with a few more words.
const PickleValue* tensor_call(const PickleValue& value) {
  const bool parameter = is_call(value, "torch._utils._rebuild_parameter") && !value.items[1]->items.empty();
  const PickleValue& call = parameter ? *value.items[1]->items[0] : value;
  const bool tensor = is_call(call, "torch._utils._rebuild_tensor_v2") || is_call(call, "torch._utils._rebuild_tensor");
  return tensor ? &call : nullptr;
}

std::vector<StoredTensor> tensors_in(const PickleValue& dictionary, const Archive& archive) {
  std::vector<StoredTensor> tensors;
  for (std::size_t i = 0; i < dictionary.items.size(); i += 2)
    if (const PickleValue* call = tensor_call(*dictionary.items[i + 1]); call && dictionary.items[i]->is(Kind::string))
      tensors.push_back(rebuilt(call->items[1]->items, archive, dictionary.items[i]->text));
  return tensors;
}

std::vector<StoredTensor> state_of(const PickleValue& root, const Archive& archive) {
  require(root.is(Kind::dictionary), "{}: holds no dictionary, want one of tensors by name", archive.file->name());
  std::vector<StoredTensor> tensors = tensors_in(root, archive);
  constexpr std::array keys = {"state_dict"sv, "model_state_dict"sv, "model"sv};
  for (std::size_t i = 0; i < root.items.size() && tensors.empty(); i += 2)
    if (root.items[i + 1]->is(Kind::dictionary) && std::ranges::find(keys, root.items[i]->text) != keys.end())
      tensors = tensors_in(*root.items[i + 1], archive);
  require(!tensors.empty(), "{}: holds no tensors by name, nor below '{}'", archive.file->name(), joined(keys, "', '"));
  return tensors;
}

bool begins_with(const MappedFile& file, std::string_view magic) {
  return file.size() >= magic.size() && file.text(0, magic.size()) == magic;
}

// --- the two forms -------------------------------------------------------------------------------------------------

void check_storages(const Archive& archive) {
  const std::vector<std::pair<std::string, ZipEntry>> all(archive.storages.begin(), archive.storages.end());
  std::vector<std::string> wrong(all.size());
  parallel_for(std::ssize(all), 1, [&](int64_t begin, int64_t end) {
    for (auto i = to_size(begin); i < to_size(end); ++i) try {
        check_entry(*archive.file, "data/" + all[i].first, all[i].second);
      } catch (const Error& error) {
        wrong[i] = error.what();
      }
  });
  for (const std::string& each : wrong)
    if (!each.empty()) throw Error(each);
}

std::vector<StoredTensor> read_new_form(const std::shared_ptr<const MappedFile>& file) {
  const ZipEntries entries = read_zip(*file);
  constexpr std::string_view pickle_name = "/data.pkl";
  const auto pickled = std::ranges::find_if(entries, [&](const auto& e) { return e.first.ends_with(pickle_name); });
  require(pickled != entries.end(), "{}: has no data.pkl, want a file of torch.save", file->name());
  const std::string folder = pickled->first.substr(0, pickled->first.size() - pickle_name.size());
  const auto order = entries.find(folder + "/byteorder");
  require(order == entries.end() || file->text(order->second.offset, order->second.size) == "little",
          "{}: has its numbers highest byte first, want lowest first", file->name());
  Archive archive{file, {}};
  const std::string data = folder + "/data/";
  for (const auto& [name, entry] : entries)
    if (name.starts_with(data)) archive.storages[name.substr(data.size())] = entry;
  check_entry(*file, pickled->first, pickled->second);
  check_storages(archive);
  const Pickle pickle = read_pickle(file->text(pickled->second.offset, pickled->second.size),
                                    fmt::format("{}: {}", file->name(), pickled->first), allowed);
  return state_of(*pickle.root, archive);
}

// Pickles of a magic number, a version, the machine's habits, the tensors and the storages' keys; then the storages.
class OldForm {
 public:
  explicit OldForm(std::shared_ptr<const MappedFile> file) : archive_{std::move(file), {}}, at_(legacy_magic.size()) {}

  std::vector<StoredTensor> read() {
    next_pickle();
    next_pickle();
    const Pickle tensors = next_pickle(), keys = next_pickle();
    find_types(tensors);
    require(keys.root->is(Kind::list), "{}: has no list of storages", archive_.file->name());
    for (const PickleValue* key : keys.root->items) next_storage(key->text);
    return state_of(*tensors.root, archive_);
  }

 private:
  Pickle next_pickle() {
    const std::string where = fmt::format("{}: the pickle at byte {}", archive_.file->name(), at_);
    Pickle pickle = read_pickle(archive_.file->text(at_, archive_.file->size() - at_), where, allowed);
    at_ += pickle.size;
    return pickle;
  }

  // How wide its numbers are stands with a storage's key in the tensors' pickle.
  void find_types(const Pickle& tensors) {
    for (const PickleValue& value : tensors.values)
      if (value.is(Kind::outside)) {
        const Storage storage = storage_of(value, archive_, "a storage");
        width_[storage.key] = info(storage.type).bytes;
      }
  }

  void next_storage(const std::string& key) {
    const auto width = width_.find(key);
    want(width != width_.end(), archive_, key, "is a storage of no tensor");
    const std::size_t left = archive_.file->size() - at_;
    want(left >= sizeof(std::uint64_t), archive_, key, "the storage is cut short");
    std::uint64_t count;
    std::memcpy(&count, archive_.file->bytes().data() + at_, sizeof count);
    want(count <= (left - sizeof count) / width->second, archive_, key,
         "got a storage of {} numbers of {} bytes each, where {} bytes are left", count, width->second, left);
    archive_.storages[key] = {at_ + sizeof count, count * width->second, 0};
    at_ += sizeof count + count * width->second;
  }

  Archive archive_;
  std::size_t at_;
  std::map<std::string, std::size_t> width_;  // of the numbers of a storage
};

}  // namespace

bool is_torch_file(const MappedFile& file) { return begins_with(file, zip_magic) || begins_with(file, legacy_magic); }

std::vector<StoredTensor> read_torch_file(std::shared_ptr<const MappedFile> file) {
  return begins_with(*file, zip_magic) ? read_new_form(file) : OldForm(std::move(file)).read();
}

}  // namespace bertlet::io
