// Package hashivault is empty: there is no driver for hashivault://.
package hashivault
