#pragma once
#include "bert/io/json_value.h"

namespace bertlet::io {

// The members of an object in the order in which they came. Where they are many, a hash table finds them.
class JsonMembers {
 public:
  const std::vector<JsonMember>& list() const { return list_; }
  const Json* find(std::string_view key) const;
  Json& find_or_add(std::string_view key);
  void erase(std::string_view key);
  bool operator==(const JsonMembers& other) const;  // in any order

 private:
  std::size_t index(std::string_view key) const;  // size of the list if it is not there
  std::size_t slot(std::string_view key) const;   // where the table has it, or would have it
  void fill_table();

  std::vector<JsonMember> list_;
  std::vector<std::uint32_t> table_;  // places in the list, counted from 1; 0: free
};

}  // namespace bertlet::io
