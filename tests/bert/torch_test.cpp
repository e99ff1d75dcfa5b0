#include <fstream>
#include <nlohmann/json.hpp>

#include "bert/io/formats/pickle.h"
#include "bert/io/models/checkpoint.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/conformance.h"
#include "tests/paths.h"
#include "tests/scratch.h"

using namespace bertlet;
using namespace std::string_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string golden(const std::string& name) { return std::string(paths::source) + "/tests/golden/" + name; }

io::Pickle pickle_of(const std::string& bytes) {
  return io::read_pickle(bytes, "P", [](std::string_view name) { return name == "a.b"; });
}

std::vector<real> counted(int64_t count) {
  std::vector<real> numbers;
  for (int64_t i = 1; i <= count; ++i) numbers.push_back(static_cast<real>(i));
  return numbers;
}

}  // namespace

TEST_CASE("what torch.save writes is read: types, strides, shared numbers, new form and old", "[io]") {
  const auto want = nlohmann::json::parse(std::ifstream(golden("torch_files.json")));
  for (const char* name : {"torch_new.pt", "torch_old.pt"}) {
    const io::Checkpoint checkpoint = io::open_checkpoint(golden(name));
    CHECK(checkpoint.form == "torch");
    CHECK(checkpoint.tensors.size() == want.size());
    for (const io::StoredTensor& tensor : checkpoint.tensors) {
      CAPTURE(name, tensor.name);
      const auto& given = want.at(tensor.name);
      CHECK(std::vector<int64_t>(tensor.shape.begin(), tensor.shape.end()) ==
            given.at("shape").get<std::vector<int64_t>>());
      CHECK(tensor.array().values() == given.at("numbers").get<std::vector<real>>());
    }
  }
}

TEST_CASE("candle's three files are read", "[conformance][io]") {
  struct Case {
    std::string file, tensor;
    Shape shape;
  };
  for (const Case& c : {Case{"candle_test.pt", "test", {2, 4}}, Case{"candle_test_with_key.pt", "test", {2, 4}},
                        Case{"candle_fortran_tensor_3d.pth", "tensor_fortran", {2, 3, 4}}}) {
    const auto path = conformance_path("data/" + c.file);
    if (!path) return;
    const io::StoredTensor tensor = io::open_checkpoint(*path).tensors.at(0);
    CHECK(tensor.name == c.tensor);
    CHECK(tensor.shape == c.shape);
    CHECK(tensor.array().values() == counted(c.shape.count()));
  }
}

TEST_CASE("a pickle becomes values, and nothing is called", "[io]") {
  using Kind = io::PickleValue::Kind;
  const io::Pickle pickle = pickle_of(
      "\x80\x02](K\x05J\xfe\xff\xff\xffM\x01\x02\x8a\x02\x00\xff"
      "G\x3f\xf8\0\0\0\0\0\0X\x02\0\0\0\xc3\xbc"
      "N\x88"
      "ca\nb\n)Re.rest"s);
  CHECK(pickle.size == 45);
  const auto& items = pickle.root->items;
  REQUIRE(items.size() == 9);
  CHECK(items[0]->integer == 5);
  CHECK(items[1]->integer == -2);
  CHECK(items[2]->integer == 513);
  CHECK(items[3]->integer == -256);
  CHECK(items[4]->number == 1.5);
  CHECK(items[5]->text == "ü");
  CHECK(items[6]->is(Kind::none));
  CHECK(items[7]->integer == 1);
  CHECK(items[8]->is(Kind::call));
  CHECK(items[8]->items[0]->names("a.b"));
}

TEST_CASE("a pickle that asks for more than tensors is refused by name", "[io]") {
  struct Case {
    std::string bytes, want;
  };
  const Case cases[] = {
      {"cos\nsystem\nX\x02\0\0\0ls\x85R."s, "P: byte 11: got the name os.system, want one that tensors are made with"},
      {"\x8c\x02os\x8c\x06system\x93."s, "got the name os.system"},
      {"cbuiltins\neval\n."s, "got the name builtins.eval"},
      {"ca\nb\n\x81."s, "got the opcode 0x81, want one that tensors are written with"},
      {"ia\nb\n."s, "got the opcode 0x69"},
      {""s, "P: byte 0: the pickle is cut short"},
      {"X\xff\xff\xff\xff"s, "the pickle is cut short"},
      {"ca"s, "the pickle is cut short"},
      {"."s, "the stack is empty"},
      {"K\x01(0."s, "the stack is empty"},
      {"t."s, "there is no mark"},
      {"N(\x86."s, "the stack is empty"},
      {"NN\x86R."s, "the stack is empty"},
      {"N)R."s, "got a call of something that is no name"},
      {"}K\x01(Nu."s, "got items for something that has none"},
      {"}(Nu."s, "got a key without a value"},
      {"h\x07."s, "nothing was remembered as 7"},
      {"X\x01\0\0\0\xff."s, "got a string that is not UTF-8"},
      {"\x8a\x09"s + std::string(9, 'x'), "got a whole number of 9 bytes, want at most 8"},
      {"\x80\x09"s, "got a protocol beyond 5"},
      {std::string((1 << 20) + 1, 'N'), "has more than 1048576 values"},
  };
  for (const Case& c : cases)
    CHECK_THROWS_WITH(pickle_of(c.bytes), ContainsSubstring(c.want) && !ContainsSubstring("\n"));
}

TEST_CASE("a torch file that is cut short anywhere is refused, in one line that names it", "[io]") {
  for (const char* name : {"torch_new.pt", "torch_old.pt"}) {
    const std::string whole = io::read_file(golden(name));
    for (std::size_t length = 0; length < whole.size(); length += 7) {
      const Scratch scratch;
      const auto path = scratch.write("cut.bin", whole.substr(0, length));
      CHECK_THROWS_WITH(io::open_checkpoint(path), ContainsSubstring("cut.bin: ") && !ContainsSubstring("\n"));
    }
  }
}
